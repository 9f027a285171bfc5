/** A path as the file browser knows it; null if that cannot show it. */
export function belowRoot(path: string, serverRoot: string): string | null {
  const root = serverRoot.replace(/\/+$/, '');
  return serverRoot !== '' && path.startsWith(`${root}/`)
    ? path.slice(root.length + 1)
    : null;
}
