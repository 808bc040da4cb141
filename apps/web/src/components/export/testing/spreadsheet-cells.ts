import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DEFLATED = 8;

/** Cells of the first sheet of an Office Open XML workbook, as a reader of our own sees them: texts and numbers by row. */
export function cellsOf(workbook: Buffer): (string | number)[][] {
  const files = unzipped(workbook);
  const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si><t[^>]*>([^<]*)<\/t><\/si>/g)];
  const texts = shared.map(([, text = '']) => plain(text));
  return [...(files.get('xl/worksheets/sheet1.xml') ?? '').matchAll(/<row [^>]*>(.*?)<\/row>/g)].map(
    ([, row = '']) => {
      const cells: (string | number)[] = [];
      for (const [, name = '', kind, value = ''] of row.matchAll(
        /<c r="([A-Z]+)\d+"[^>]*?(?: t="(\w+)")?><v>([^<]*)<\/v><\/c>/g,
      ))
        cells[columnOf(name)] = kind === 's' ? (texts[Number(value)] ?? '') : Number(value);
      return cells;
    },
  );
}

/** `A` is 0, `AA` is 26. */
const columnOf = (name: string) =>
  [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
const plain = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** Files of a ZIP archive by name (APPNOTE 4.3), by its directory at the end. */
function unzipped(archive: Buffer): ReadonlyMap<string, string> {
  let end = archive.length - 22;
  while (archive.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let n = archive.readUInt16LE(end + 10); n > 0; n--) {
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const header = archive.readUInt32LE(at + 42);
    const from = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const content = archive.subarray(from, from + size);
    const name = archive.toString('utf8', at + 46, at + 46 + (nameSize ?? 0));
    files.set(name, (method === DEFLATED ? inflateRawSync(content) : content).toString('utf8'));
    at += 46 + (nameSize ?? 0) + (extraSize ?? 0) + (noteSize ?? 0);
  }
  return files;
}
