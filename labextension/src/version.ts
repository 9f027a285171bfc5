import { version } from '../package.json';

/** The version of this front end. */
export const FRONT_END_VERSION = version;

/** Whether a Python version and an npm version name the same release: 0.2.0a1, 0.2.0-alpha.1. */
export function isSameRelease(python: string, npm: string): boolean {
  return spelt(python) === spelt(npm);
}

function spelt(version: string): string {
  return version
    .replace('alpha', 'a')
    .replace('beta', 'b')
    .replace(/[-.]?(a|b|rc)[-.]?(\d+)/, '$1$2');
}
