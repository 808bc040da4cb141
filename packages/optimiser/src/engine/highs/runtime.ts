/** HiGHS compiled to WebAssembly, loaded once per thread. */
import loader, { type Highs } from 'highs';

// The package's types describe its CommonJS face; the ES module's default export is the loader itself.
const loadHighs = loader as unknown as () => Promise<Highs>;

let loading: Promise<Highs> | undefined;

export function highsRuntime(): Promise<Highs> {
  loading ??= loadHighs();
  return loading;
}
