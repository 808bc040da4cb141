/** HiGHS compiled to WebAssembly, loaded once per thread, and only when it has something to solve: it takes 0.1 s and tens of MB. */
import type { Highs } from 'highs';

let loading: Promise<Highs> | undefined;

export function highsRuntime(): Promise<Highs> {
  // The package's types describe its CommonJS face; the ES module's default export is the loader itself.
  loading ??= import('highs').then((module) => (module.default as unknown as () => Promise<Highs>)());
  return loading;
}
