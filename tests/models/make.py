"""Makes the tiny models that the tests run: `python3 make.py`. Needs numpy and onnx. The oracle values in the tests are
worked out by hand from the graphs below."""
import hashlib, json, os
import numpy as np
from onnx import TensorProto as T, helper as h, numpy_helper as n, save

HERE = os.path.dirname(os.path.abspath(__file__))


def port(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def told(ports):
    """Ports in the words of a card: type, shape (a name where free), unit."""
    words = {}
    for p in ports:
        t = p.type.tensor_type
        shape = [d.dim_param or d.dim_value for d in t.shape.dim]
        words[p.name] = ({"type": "float32", "shape": shape, "unit": "1"} if t.elem_type == T.FLOAT
                         else f"bool [{', '.join(map(str, shape))}]: an output that products cannot be given")
    return words


def write(name, nodes, inputs, outputs, weights=(), parameters=None, purpose=""):
    graph = h.make_graph(nodes, name, inputs, outputs, [n.from_array(v, k) for k, v in weights])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 13)], producer_name="qurehost-tests")
    model.ir_version = 8
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    save(model, os.path.join(folder, "model.onnx"))
    data = open(os.path.join(folder, "model.onnx"), "rb").read()
    card = {"name": name, "version": "1.0.0", "sha256": hashlib.sha256(data).hexdigest(), "licence": "as the repository",
            "source": "made by make.py, not trained", "intendedUse": purpose, "limits": "tests only",
            "inputs": told(inputs), "outputs": told(outputs), "parameters": parameters or {},
            "measured": "worked out by hand in the tests"}
    with open(os.path.join(folder, "model.json"), "w") as f:
        json.dump(card, f, indent=2)
        f.write("\n")


# y = 2x + 1, any batch
write("double", [h.make_node("Mul", ["x", "two"], ["d"]), h.make_node("Add", ["d", "one"], ["y"])],
      [port("x", ["n", 4])], [port("y", ["n", 4])],
      [("two", np.float32(2).reshape(1)), ("one", np.float32(1).reshape(1))], {"classes": ["a", "b", "c", "d"]},
      "y = 2x + 1 for any batch")

# half-precision weights behind a Cast: y = x · [[1, .5], [2, .25], [3, .125]]
write("half", [h.make_node("Cast", ["w16"], ["w"], to=T.FLOAT), h.make_node("MatMul", ["x", "w"], ["y"])],
      [port("x", ["n", 3])], [port("y", ["n", 2])],
      [("w16", np.array([[1, .5], [2, .25], [3, .125]], np.float16))], purpose="half-precision weights behind Cast")

# the mean of each image of the batch
write("brightness", [h.make_node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3], keepdims=0)],
      [port("image", ["n", 1, "h", "w"])], [port("mean", ["n"])], purpose="mean of an image")

# the brightest pixel of each image, under the names of the mean: what a site may run in place of brightness
write("brightest", [h.make_node("ReduceMax", ["image"], ["mean"], axes=[1, 2, 3], keepdims=0)],
      [port("image", ["n", 1, "h", "w"])], [port("mean", ["n"])], purpose="brightest pixel of an image")

# long: 400 products of the input with itself, for cancelling in the middle
nodes, last = [], "x"
for i in range(400):
    nodes += [h.make_node("MatMul", [last, "x"], [f"m{i}"]), h.make_node("Tanh", [f"m{i}"], [f"t{i}"])]
    last = f"t{i}"
nodes.append(h.make_node("Identity", [last], ["y"]))
write("long", nodes, [port("x", ["k", "k"])], [port("y", ["k", "k"])], purpose="runs for seconds")

# an output that the SDK does not carry
write("boolean", [h.make_node("Greater", ["x", "zero"], ["y"])], [port("x", ["n"])], [port("y", ["n"], T.BOOL)],
      [("zero", np.float32(0).reshape(1))], purpose="an output type that products cannot be given")
