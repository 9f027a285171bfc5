import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Api } from '../api';
import { appActions } from '../appActions';
import { CATEGORY, CommandIDs, DOMAIN } from '../commands';
import { followEvents } from '../events';
import { NO_FILTER } from '../filter';
import { omnidomainIcon } from '../icons';
import { RunHistoryModel } from '../model';
import { OtherTabs } from '../otherTabs';
import { RunHistoryPanel } from '../panel';
import { Preferences } from '../preferences';
import { keepView } from '../remember';
import { Session } from '../session';
import { IRunHistory } from '../tokens';
import { onWake } from '../wake';
import { RunWatch } from '../watch';

const ID = 'omnidomain-jupyter:run-history';

/** The history of one's runs: a tab of the main area, and a panel at the left. */
export const runHistory: JupyterFrontEndPlugin<IRunHistory> = {
  id: ID,
  description: 'Shows your runs, their status as it changes, and their logs.',
  autoStart: true,
  provides: IRunHistory,
  optional: [
    ILauncher,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator,
    ILabShell,
    ISettingRegistry,
    IStateDB
  ],
  activate: (
    app: JupyterFrontEnd,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    labShell: ILabShell | null,
    registry: ISettingRegistry | null,
    state: IStateDB | null
  ): IRunHistory => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const preferences = new Preferences();
    const { serverSettings } = app.serviceManager;
    const session = new Session(
      new Api(serverSettings, trans),
      PageConfig.getOption('hubPrefix') !== '',
      new OtherTabs(serverSettings.baseUrl)
    );
    const model = new RunHistoryModel(session);
    const watch = new RunWatch(session);
    followEvents(app.serviceManager.events, runId => {
      model.hint(runId);
      watch.hint(runId);
    });
    onWake(() => {
      model.wake();
      watch.wake();
    });
    preferences.changed.connect(() =>
      model.setOptions({
        pollInterval: preferences.pollSeconds * 1000,
        pageSize: preferences.pageSize
      })
    );
    // Without its settings it does what it does by default.
    registry
      ?.load(ID)
      .then(settings => preferences.follow(settings))
      .catch(() => undefined);
    void app.restored.then(() => watch.start());
    if (state) {
      void keepView(model, state, ID);
    }

    const actions = appActions(app, session, trans);
    const panel = (): RunHistoryPanel =>
      new RunHistoryPanel({ model, preferences, trans, actions });
    const tracker = new WidgetTracker<MainAreaWidget<RunHistoryPanel>>({
      namespace: 'omnidomain-run-history'
    });
    let widget: MainAreaWidget<RunHistoryPanel> | null = null;

    const open = async (): Promise<RunHistoryPanel> => {
      if (!widget || widget.isDisposed) {
        widget = new MainAreaWidget({ content: panel() });
        widget.toolbar.hide();
        widget.id = 'omnidomain-run-history';
        widget.title.label = trans.__('Run history');
        widget.title.icon = omnidomainIcon;
        widget.title.closable = true;
      }
      if (!tracker.has(widget)) {
        await tracker.add(widget);
      }
      if (!widget.isAttached) {
        // Notebook 7 has one document in its main area, and shows the rest at its side.
        app.shell.add(widget, labShell ? 'main' : 'right');
      }
      app.shell.activateById(widget.id);
      return widget.content;
    };
    app.commands.addCommand(CommandIDs.openRunHistory, {
      label: args =>
        args['isPalette']
          ? trans.__('Open Run History')
          : trans.__('Run history'),
      caption: trans.__('Your runs, and what has become of them'),
      icon: args => (args['isPalette'] ? undefined : omnidomainIcon),
      execute: async () => {
        await open();
      }
    });

    if (labShell) {
      const side = panel();
      side.id = 'omnidomain-run-history-side';
      side.title.caption = trans.__('OmniDomain: your runs');
      side.title.icon = omnidomainIcon;
      side.node.setAttribute('role', 'region');
      side.node.setAttribute('aria-label', trans.__('Your runs'));
      labShell.add(side, 'left', { rank: 650 });
      restorer?.add(side, 'omnidomain-run-history-side');
    }
    palette?.addItem({
      command: CommandIDs.openRunHistory,
      category: CATEGORY,
      args: { isPalette: true }
    });
    launcher?.add({
      command: CommandIDs.openRunHistory,
      category: CATEGORY,
      rank: 1
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.openRunHistory,
      name: () => 'run-history'
    });
    return {
      model,
      watch,
      preferences,
      open: async (what = {}) => {
        const { openRun } = await open();
        if (what.submissionId) {
          openRun.close();
          await model.setFilter({
            ...NO_FILTER,
            submissionId: what.submissionId
          });
        }
        if (what.runId) {
          await openRun.openById(what.runId);
        }
      }
    };
  }
};
