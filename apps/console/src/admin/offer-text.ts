/** Offers a text as a file to save. */
export function offerText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes it in this turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
