import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import React from 'react';

import type { RunHistoryModel } from './model';
import { Trans } from './views/context';
import { RunHistory } from './views/runHistory';

/** Below this width a run takes two lines, and its details cover the list. In px. */
const NARROW = 560;
/** From this width on the details stand beside the list. In px. */
const WIDE = 840;

/** The run history as a widget. It tells its model when it can be seen. */
export class RunHistoryPanel extends ReactWidget {
  constructor(
    readonly model: RunHistoryModel,
    private readonly trans: TranslationBundle,
    private readonly startNotebook: (() => Promise<void>) | null
  ) {
    super();
    this.addClass('jp-OmniRuns');
    this.node.tabIndex = -1;
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  dispose(): void {
    document.removeEventListener('visibilitychange', this._onVisibility);
    this.model.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    return (
      <Trans.Provider value={this.trans}>
        <RunHistory model={this.model} startNotebook={this.startNotebook} />
      </Trans.Provider>
    );
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.model.setShown(true);
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.model.setShown(false);
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.model.setShown(this.isVisible);
  }

  protected onBeforeDetach(msg: Message): void {
    this.model.setShown(false);
    super.onBeforeDetach(msg);
  }

  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const target =
      this.node.querySelector<HTMLElement>('input, tbody tr[tabindex="0"]') ??
      this.node;
    target.focus();
  }

  protected onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    const width = msg.width < 0 ? this.node.offsetWidth : msg.width;
    this.toggleClass('jp-mod-narrow', width < NARROW);
    this.toggleClass('jp-mod-wide', width >= WIDE);
  }

  private readonly _onVisibility = (): void => {
    if (!document.hidden && this.isVisible) {
      void this.model.refresh();
    }
  };
}
