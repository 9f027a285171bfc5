import { examples } from './plugins/examples';
import { folderLinks } from './plugins/folderLinks';
import { notifications } from './plugins/notifications';
import { quickstart } from './plugins/quickstart';
import { runHistory } from './plugins/runHistory';
import { statusItem } from './plugins/statusItem';
import { submitSheet } from './plugins/submitSheet';

export { IRunHistory } from './tokens';

export default [
  runHistory,
  submitSheet,
  statusItem,
  notifications,
  quickstart,
  examples,
  folderLinks
];
