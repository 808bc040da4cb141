import type { Answer } from '../api/client.ts';

export type Receipt = Answer<'GET /api/drivers/me/sessions'>[number];

const COLUMNS = [
  'start_utc',
  'end_utc',
  'location',
  'evse',
  'energy_kwh',
  'total_cost_incl_taxes',
  'taxes',
  'currency',
  'receipt',
] as const;

/** Charges as a table for spreadsheets (RFC 4180); times in UTC, energy in kWh. */
export function csvOf(receipts: readonly Receipt[]): string {
  const rows = receipts.map(
    ({ start, end, locationId, evseUid, energyWh, totalCost, taxes, currency, cdrId }) => [
      start,
      end ?? '',
      locationId,
      evseUid,
      (energyWh / 1000).toFixed(3),
      totalCost === null ? '' : totalCost.toFixed(2),
      taxes === null ? '' : taxes.toFixed(2),
      currency ?? '',
      cdrId ?? '',
    ],
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula is marked as text (CWE-1236), as in the files of the server. */
function cell(value: string): string {
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a text over as a file. */
export function saveAs(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
