/** What a guest sends, as a terminal wants it. */

/** A guest that ends its lines with LF alone means a new line at the left edge. */
export function serialText(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
