/** docs/launch.md's reference, made of what package.json tells the editor. */

const BEGIN = '<!-- made of package.json by scripts/launch-reference.mjs -->';
const END = '<!-- end -->';

/** The words of a launch configuration, as Markdown. */
export function launchReference(manifest) {
  const { launch } = manifest.contributes.debuggers[0].configurationAttributes;
  return sections(launch.properties, '###').join('\n\n');
}

/** The page with its reference made anew. Throws when the page has no place for it. */
export function withReference(page, manifest) {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} … ${END}`);
  return `${page.slice(0, from)}${BEGIN}\n\n${launchReference(manifest)}\n\n${page.slice(to)}`;
}

function sections(properties, heading) {
  return Object.entries(properties).flatMap(([name, property]) => {
    const { enum: words, enumDescriptions = [], items } = property;
    const parts = [`${heading} \`${name}\``, `${kindOf(property)}. ${property.markdownDescription}`];
    if (words && enumDescriptions.length > 0)
      parts.push(words.map((word, n) => `- \`${word}\`: ${enumDescriptions[n]}`).join('\n'));
    return [...parts, ...(items?.properties ? sections(items.properties, `${heading}#`) : [])];
  });
}

function kindOf({ type, enum: words, minimum, maximum, default: usual }) {
  const range =
    minimum === undefined ? '' : maximum === undefined ? `, ${minimum} or more` : `, ${minimum} to ${maximum}`;
  const kind = words ? words.map((word) => `\`${word}\``).join(', ') : `${type}${range}`;
  return usual === undefined ? `_${kind}_` : `_${kind}; ${'`'}${usual}${'`'} if left out_`;
}
