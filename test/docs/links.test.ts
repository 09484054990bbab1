import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const PAGES = globSync(['*.md', 'docs/**/*.md', 'charts/**/*.md', 'test/**/*.md', 'bench/**/*.md'], {
  cwd: ROOT,
}).toSorted();

type Link = { readonly page: string; readonly target: string };

const LINKS: readonly Link[] = PAGES.flatMap((page) =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ page, target })),
);

describe('a link', () => {
  test.each(LINKS)('of $page to $target leads somewhere', ({ page, target }) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? new URL(page, ROOT) : new URL(path, new URL(page, ROOT));
    expect([target, existsSync(file)]).toEqual([target, true]);
    if (anchor === undefined) return;
    expect(anchorsOf(readFileSync(file, 'utf8'))).toContain(anchor);
  });

  test('is in many pages', () => {
    expect(PAGES.length).toBeGreaterThan(20);
    expect(LINKS.length).toBeGreaterThan(60);
  });
});

/** What GitHub makes of headings: lower case, no punctuation, hyphens between words. */
function anchorsOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, '');
}

function read(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}
