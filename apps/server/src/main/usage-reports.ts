import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { USAGE_PARTS, type Usage, usageCsv } from '../insight/usage/index.ts';

/**
 * Writes both tables of the month before this one, once it is over at every site (BI13). A file that is there is not written again; half
 * a file never stands under its name.
 * @returns names of the files that were written
 */
export async function writeUsageReports(usage: Usage, folder: string, nowMs: number): Promise<string[]> {
  const now = new Date(nowMs);
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)).toISOString().slice(0, 7);
  const missing = USAGE_PARTS.map((part) => ({
    part,
    file: join(folder, `usage-${month}-${part}.csv`),
  })).filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return [];
  const report = await usage.month(month);
  if (!report.complete) return [];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { part, file } of missing) {
    await writeFile(`${file}.unfinished`, usageCsv(report, part), { mode: 0o600, flush: true });
    await rename(`${file}.unfinished`, file);
  }
  return missing.map(({ file }) => file);
}
