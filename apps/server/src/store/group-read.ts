/**
 * Group read: what is asked for within one turn is read by one statement. A cut of a site's limit asks for hundreds of sessions at the same
 * instant; one after the other they would wait for a connection each.
 *
 * @param read the rows of these keys by `nameOf`; a key without a row is left out. @param mostAtOnce bounds one statement. @param mostUnderWay
 * where so many reads are under way, what is asked for next gathers until one of them has ended
 * @returns reads one key: everything that was committed before it was called is seen
 */
export function groupRead<K, V>(
  read: (keys: readonly K[]) => Promise<ReadonlyMap<string, V>>,
  nameOf: (key: K) => string,
  mostAtOnce = 500,
  mostUnderWay = Number.POSITIVE_INFINITY,
): (key: K) => Promise<V | undefined> {
  interface Group {
    readonly keys: Map<string, K>;
    readonly rows: Promise<ReadonlyMap<string, V>>;
  }
  let open: Group | undefined;
  let underWay = 0;
  const gathering: (() => void)[] = [];

  function newGroup(): Group {
    const keys = new Map<string, K>();
    const rows = Promise.resolve().then(async () => {
      while (underWay >= mostUnderWay) await new Promise<void>((wake) => gathering.push(wake));
      if (open === group) open = undefined;
      underWay += 1;
      try {
        return await read([...keys.values()]);
      } finally {
        underWay -= 1;
        gathering.shift()?.();
      }
    });
    const group = { keys, rows };
    return group;
  }

  return async (key) => {
    if (open === undefined || open.keys.size >= mostAtOnce) open = newGroup();
    const { keys, rows } = open;
    const name = nameOf(key);
    keys.set(name, key);
    return (await rows).get(name);
  };
}
