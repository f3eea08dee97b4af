// Entry for browsers: `await init()` fetches the module once.
import { verifyPdf as verify } from "./condau.js";
import load from "./condau_wasm.js";

export { CondauError } from "./condau.js";

let loading;
let loaded = false;

export default function init(source) {
  loading ??= load(source === undefined ? undefined : { module_or_path: source }).then(
    () => {
      loaded = true;
    },
    (error) => {
      // A failed load may be tried again.
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

export function verifyPdf(bytes, options) {
  if (!loaded) throw new Error("condau is not loaded: call init() and wait for it before verifyPdf");
  return verify(bytes, options);
}
