import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import React from 'react';

import type { RunHistoryModel } from './model';
import { OpenRun } from './openRun';
import type { Preferences } from './preferences';
import type { IAppActions, Layout } from './views/context';
import { AppActions, LayoutContext, Settings, Trans } from './views/context';
import { RunHistory } from './views/runHistory';

/** Below this width a run takes two lines, and its details cover the list. In px. */
const NARROW = 560;
/** From this width on the details stand beside the list. In px. */
const WIDE = 840;

export interface IPanelOptions {
  readonly model: RunHistoryModel;
  readonly preferences: Preferences;
  readonly trans: TranslationBundle;
  readonly actions: IAppActions;
}

/** The run history as a widget. It tells its model when it can be seen. */
export class RunHistoryPanel extends ReactWidget {
  constructor(private readonly _given: IPanelOptions) {
    super();
    this.addClass('jp-OmniRuns');
    this.node.tabIndex = -1;
    this.openRun = new OpenRun(_given.model);
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  /** The run whose details are shown here. */
  readonly openRun: OpenRun;

  get model(): RunHistoryModel {
    return this._given.model;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this._onVisibility);
    this.model.setShown(this, false);
    this.openRun.dispose();
    super.dispose();
  }

  protected render(): JSX.Element | null {
    if (!this._wasShown) {
      return null; // one in a sidebar that nobody opens costs nothing
    }
    const { model, preferences, trans, actions } = this._given;
    return (
      <Trans.Provider value={trans}>
        <Settings.Provider value={preferences}>
          <AppActions.Provider value={actions}>
            <LayoutContext.Provider value={this._room}>
              <RunHistory model={model} openRun={this.openRun} viewer={this} />
            </LayoutContext.Provider>
          </AppActions.Provider>
        </Settings.Provider>
      </Trans.Provider>
    );
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._show();
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.model.setShown(this, false);
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._show();
    }
  }

  protected onBeforeDetach(msg: Message): void {
    this.model.setShown(this, false);
    super.onBeforeDetach(msg);
  }

  protected onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const target =
      this.node.querySelector<HTMLElement>(
        'input[type="email"], [role="row"][tabindex="0"]'
      ) ?? this.node;
    // A press of the mouse activates too: the list must not move away under it.
    target.focus({ preventScroll: true });
  }

  protected onResize(msg: Widget.ResizeMessage): void {
    super.onResize(msg);
    const width = msg.width < 0 ? this.node.offsetWidth : msg.width;
    const layout: Layout =
      width < NARROW ? 'narrow' : width < WIDE ? 'medium' : 'wide';
    if (width > 0 && layout !== this._room) {
      this._room = layout;
      this.update();
    }
  }

  private _show(): void {
    this.model.setShown(this, true);
    if (!this._wasShown) {
      this._wasShown = true;
      this.update();
    }
  }

  private readonly _onVisibility = (): void => {
    if (!document.hidden && this.isVisible) {
      void this.model.refresh();
    }
  };

  private _room: Layout = 'medium';
  private _wasShown = false;
}
