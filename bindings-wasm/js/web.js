// Entry for browsers: `await init()` fetches the module once.
import load from "./condau_wasm.js";

let loading;

export default function init(source) {
  // A failed fetch may be tried again; a loaded module is kept.
  loading ??= load(source === undefined ? undefined : { module_or_path: source }).then(
    () => undefined,
    (error) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

export { CondauError, verifyPdf } from "./condau.js";
