/**
 * Stands in for vtk.js's XMLPolyDataReader, which Cornerstone imports for .vtp surfaces and for the orientation marker;
 * this viewer has neither. The real one brings in a class that extends Node's EventEmitter, which Vite replaces by an
 * empty module, and the page stops with "Class extends value undefined".
 */
export default {
  newInstance(): never {
    throw new Error('XML surface files are not supported');
  },
};
