/** @jest-environment node */
import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import ts from 'typescript';

const SOURCE = join(__dirname, '..');
const TRANSLATED = new Set(['__', '_n', '_p', '_np', 'gettext', 'ngettext']);
/** Some words in a row, as nothing but people reads them. */
const SENTENCE =
  /^[^\p{L}]*\p{Lu}[\p{L}\p{N}’]*,? [\p{L}“]|\p{Ll} \p{Ll}+[.…?!:]$/u;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return /__tests__|generated/.test(entry.name) ? [] : files(path);
    }
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** Whether a text is translated, or is for developers: a plugin's or a token's description. */
function isMeant(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isBlock(at); at = at.parent) {
    if (ts.isCallExpression(at)) {
      const called = at.expression;
      return (
        ts.isPropertyAccessExpression(called) &&
        TRANSLATED.has(called.name.text)
      );
    }
    if (ts.isNewExpression(at) && at.expression.getText() === 'Token') {
      return true;
    }
    if (ts.isPropertyAssignment(at) && at.name.getText() === 'description') {
      return true;
    }
  }
  return false;
}

/** Whether a node is a text that people are to read. */
function isSaid(node: ts.Node): boolean {
  if (ts.isJsxText(node)) {
    return /\p{L}{2}/u.test(node.text);
  }
  if (
    !ts.isStringLiteralLike(node) &&
    !ts.isTemplateHead(node) &&
    !ts.isTemplateMiddleOrTemplateTail(node)
  ) {
    return false;
  }
  const { parent } = node;
  const isError =
    ts.isNewExpression(parent) && parent.expression.getText() === 'ApiError';
  return isError || SENTENCE.test(node.text.trim());
}

/** The texts of a file that no translation reaches. */
function bare(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2020, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isSaid(node) && !isMeant(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name}:${line + 1}: ${node.getText().trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

it('says nothing to anybody that cannot be translated', () => {
  const all = files(SOURCE);
  expect(all.length).toBeGreaterThan(50);
  expect(
    all.flatMap(path =>
      bare(relative(SOURCE, path), readFileSync(path, 'utf8'))
    )
  ).toEqual([]);
});

it.each([
  ['an error', "throw new ApiError(0, 'Cancelled.');"],
  ['a template', 'const text = `S3 refused the file (HTTP ${status}).`;'],
  ['an element', 'const p = <p>Nothing</p>;'],
  ['an attribute', 'const p = <p title="Close the details" />;'],
  ['a call of something else', "trans.__(textOf('This is bare.'));"]
])('would be found in %s', (_, text) => {
  expect(bare('example.tsx', text)).toHaveLength(1);
});

it.each([
  ['translated', "trans.__('The sheet has no samples yet.');"],
  ['translated in its number', "trans._n('%1 row', '%1 rows', count);"],
  ['a class', "const name = 'jp-OmniNotice jp-mod-error';"],
  ['code', "const cell = 'from omnidomain_jupyter import RunPanel';"]
])('is nothing that is %s', (_, text) => {
  expect(bare('example.tsx', text)).toEqual([]);
});
