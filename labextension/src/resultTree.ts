import type { IResultFile } from './types';

/** A folder of the output files, or one of them. */
export interface IResultNode {
  readonly name: string;
  readonly path: string;
  /** Null for a folder. */
  readonly file: IResultFile | null;
  readonly children: readonly IResultNode[];
}

/**
 * Make a tree of files that are sorted by path. A folder in a folder alone is one line.
 *
 * @param root the folder that all of them are in, with its `/`; nothing for the output directory
 */
export function treeOf(
  files: readonly IResultFile[],
  root = ''
): readonly IResultNode[] {
  const folders = new Map<string, IResultFile[]>();
  const leaves: IResultNode[] = [];
  for (const file of files) {
    const rest = file.path.slice(root.length);
    const slash = rest.indexOf('/');
    if (slash === -1) {
      leaves.push({ name: rest, path: file.path, file, children: [] });
    } else {
      const name = rest.slice(0, slash);
      const members = folders.get(name);
      if (members) {
        members.push(file);
      } else {
        folders.set(name, [file]);
      }
    }
  }
  const nodes = [...folders].map(([name, members]): IResultNode => {
    const path = `${root}${name}/`;
    const children = treeOf(members, path);
    const [only] = children;
    return children.length === 1 && only.file === null
      ? { ...only, name: `${name}/${only.name}` }
      : { name: `${name}/`, path, file: null, children };
  });
  return [...nodes, ...leaves];
}
