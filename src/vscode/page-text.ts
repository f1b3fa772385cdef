/** The text of a panel's page. */

export interface PageParts {
  readonly title: string;
  /** Addresses the page may load. */
  readonly script: string;
  readonly style: string;
  /** What the editor calls the place of our files in a policy. */
  readonly source: string;
  /** A word nobody can guess. */
  readonly nonce: string;
}

/** Nothing may be loaded but what lies beside the extension, and no script may run but the one named. */
export function pagePolicy({ source, nonce }: Pick<PageParts, 'source' | 'nonce'>): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
    `img-src ${source}`,
  ].join('; ');
}

/** A word nobody can guess, for one page. */
export function pageNonce(): string {
  return Array.from({ length: 32 }, () => Math.floor(Math.random() * 36).toString(36)).join('');
}

/** The toolkit looks for the nonce in a meta element when it asks the browser what it can do. */
export function pageText(parts: PageParts): string {
  const { title, script, style, nonce } = parts;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(parts)}">
<meta property="csp-nonce" content="${nonce}">
<title>${title}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<div id="panel"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
