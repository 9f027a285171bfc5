import { PageConfig, PathExt, URLExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';

/** Where the examples are put, below the server's root. */
export const FOLDER = 'omnidomain-examples';

/**
 * Put an example notebook among the user's files, if it is not there yet.
 *
 * @param name without its ending
 * @returns its path
 */
export async function putExample(
  name: string,
  contents: Contents.IManager
): Promise<string> {
  const path = PathExt.join(FOLDER, `${name}.ipynb`);
  if (await isThere(path, contents)) {
    return path; // with what was changed in it
  }
  const content = await fetchExample(name, contents.serverSettings);
  if (!(await isThere(FOLDER, contents))) {
    await contents.save(FOLDER, { type: 'directory' });
  }
  await contents.save(path, { type: 'notebook', format: 'json', content });
  return path;
}

/** An example is a file of this extension, which the server hands out like its scripts. */
async function fetchExample(
  name: string,
  settings: ServerConnection.ISettings
): Promise<unknown> {
  const extensions = PageConfig.getOption('fullLabextensionsUrl');
  const url = URLExt.join(
    new URL(extensions, settings.baseUrl).href,
    'omnidomain-jupyter',
    'notebooks',
    `${name}.ipynb`
  );
  const answer = await ServerConnection.makeRequest(url, {}, settings);
  if (!answer.ok) {
    throw new ServerConnection.ResponseError(answer);
  }
  return answer.json();
}

async function isThere(
  path: string,
  contents: Contents.IManager
): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if (
      error instanceof ServerConnection.ResponseError &&
      error.response.status === 404
    ) {
      return false;
    }
    throw error;
  }
}
