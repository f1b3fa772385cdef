/** The page with its reference made anew from package.json. */
export function withReference(page: string, manifest: object): string;
