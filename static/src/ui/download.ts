/** Gives the person a file that was made here. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has its own hold on the file once the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
