/** Many texts out of what somebody pasted or chose: a list, or a table with a column `text`. */

const COLUMNS = ["text", "language", "instruction", "title"];

/** A file's text; spreadsheets in Korea still write EUC-KR. */
export async function read(file) {
  const bytes = await file.arrayBuffer();
  for (const encoding of ["utf-8", "euc-kr"])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      /* the next one */
    }
  throw new Error("encoding");
}

/** The columns of a table that the studio reads; null where it is a list. */
export function isTable(text) {
  const head = text.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0];
  const cells = head.split(/[,\t]/).map((cell) => cell.trim().replace(/^"|"$/g, ""));
  return cells.includes("text") && (cells.length > 1 || /\n/.test(text)) ? cells.filter((cell) => COLUMNS.includes(cell)) : null;
}

/** A table copied out of a spreadsheet has tabs between its cells. */
export function asCsv(text) {
  const head = text.split(/\r?\n/, 1)[0];
  if (!head.includes("\t") || head.includes(",")) return text;
  const quoted = (cell) => (/[",\n]/.test(cell) && !/^".*"$/s.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return text
    .split(/\r?\n/)
    .map((line) => line.split("\t").map(quoted).join(","))
    .join("\n");
}

/** A text on each line; empty lines are left out. */
export const textsOf = (text) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
