// Hands a text to the reader as a file.

/** What is handed over. */
export interface SavedFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly text: string;
}

/** The browser asks or saves, as the reader has set it. */
export function saveFile({ name, type, text }: SavedFile): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // the browser has taken the content by then
  setTimeout(() => URL.revokeObjectURL(address));
}
