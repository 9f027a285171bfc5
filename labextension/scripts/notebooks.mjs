// Puts the example notebooks into the built extension, whose files Jupyter's servers hand out.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(project, 'omnidomain_jupyter', 'labextension', 'notebooks');
mkdirSync(target, { recursive: true });
cpSync(join(project, 'notebooks'), target, {
  recursive: true,
  filter: file =>
    !/\.(?!ipynb$)[^/]*$|omnidomain-/.test(file.slice(project.length))
});
