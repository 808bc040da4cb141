/** Rows a register holds at most; above it a shorter period is asked for. */
export const MOST_ROWS = 10_000;
const AT_ONCE = 1000;

/** Reads a list page by page. @param read one page of at most `limit` rows from `offset` on */
export async function readPages<Row>(
  read: (page: { limit: number; offset: number }) => Promise<{ rows: readonly Row[]; total: number }>,
  most = MOST_ROWS,
): Promise<{ rows: readonly Row[]; isCut: boolean }> {
  const all: Row[] = [];
  for (;;) {
    const { rows, total } = await read({ limit: AT_ONCE, offset: all.length });
    all.push(...rows);
    const isOver = rows.length === 0 || all.length >= total;
    if (isOver || all.length >= most) return { rows: all, isCut: !isOver };
  }
}
