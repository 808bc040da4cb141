/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, type: 'text/csv' | 'application/json', text: string): void {
  // A spreadsheet reads CSV without a mark as Latin-1.
  saveBlob(name, new Blob([type === 'text/csv' ? '\ufeff' : '', text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
