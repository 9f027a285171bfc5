import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** The columns that can be hidden. The sample and the status cannot. */
export const COLUMNS = [
  'pipeline',
  'submitted',
  'duration',
  'submission',
  'run'
] as const;
export type OptionalColumn = (typeof COLUMNS)[number];

/** When a notification tells that runs have ended. */
export type Notifications = 'all' | 'failures' | 'none';

const DEFAULTS = {
  pollSeconds: 60,
  pageSize: 50,
  notifications: 'all' as Notifications,
  columns: COLUMNS as readonly OptionalColumn[],
  compact: false
};

/** What the user has set; what is not set, or not well, is as it is by default. */
export class Preferences {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get pollSeconds(): number {
    return this._values.pollSeconds;
  }

  get pageSize(): number {
    return this._values.pageSize;
  }

  get notifications(): Notifications {
    return this._values.notifications;
  }

  get columns(): readonly OptionalColumn[] {
    return this._values.columns;
  }

  /** Whether rows are low. */
  get compact(): boolean {
    return this._values.compact;
  }

  /** Follow the settings of a plugin. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = (): void => {
      this._values = { ...DEFAULTS, ...settings.composite };
      this._changed.emit();
    };
    settings.changed.connect(read);
    read();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _values = DEFAULTS;
}
