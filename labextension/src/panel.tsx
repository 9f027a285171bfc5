import { ReactWidget } from '@jupyterlab/apputils';
import type { ServiceManager } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

export class RunHistoryPanel extends ReactWidget {
  constructor(
    readonly services: ServiceManager.IManager,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-OmniRuns');
  }

  protected render(): JSX.Element {
    return <p>{this.trans.__('Looking for your runs…')}</p>;
  }
}
