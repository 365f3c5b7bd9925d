/** Stands in for Node's fs and path, which the wasm decoders name but use only under Node. */
export default {};
