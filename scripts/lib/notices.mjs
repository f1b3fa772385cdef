/** The licences of the packages whose code is in the bundles, as one text. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice|third-?party-?notices?)/i;

/** The licence of packages that name it and carry no file of it. */
const MIT = (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The folders of the packages that bundled files come from. */
function packagesOf(files) {
  const folders = files.flatMap((file) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
    return found ? [found[1]] : [];
  });
  return [...new Set(folders)].sort();
}

/**
 * What must go with a copy of `files`, the inputs of all bundles. Throws when a package says nothing of its licence.
 * @param {readonly string[]} files
 * @param {string} root
 */
export function notices(files, root) {
  const texts = new Map();
  for (const folder of packagesOf(files)) {
    const place = path.join(root, folder);
    const { name, version, license, author } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
    const said = readdirSync(place)
      .filter((file) => LICENCE_FILE.test(file))
      .sort()
      .map((file) => readFileSync(path.join(place, file), 'utf8').replace(/\r\n?/g, '\n').trim());
    const holder = author?.name ?? author;
    if (said.length === 0 && license === 'MIT' && holder) said.push(MIT(holder));
    if (said.length === 0 || !license) throw new Error(`${folder} is bundled and tells no licence`);
    texts.set(`${name} ${version} (${license})`, said.join('\n\n'));
  }
  const rule = '='.repeat(80);
  const parts = [...texts].map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`);
  return `Pacifica contains code of these packages, under their licences:\n\n${[...texts.keys()].map((title) => `- ${title}\n`).join('')}\n${parts.join('\n')}`;
}
