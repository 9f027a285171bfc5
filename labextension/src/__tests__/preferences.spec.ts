import { readFileSync } from 'fs';
import { join } from 'path';

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { PartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { COLUMNS, Preferences } from '../preferences';

/** What a user has set, as the registry gives it. */
class FakeSettings {
  readonly changed = new Signal<this, void>(this);
  composite: PartialJSONObject = {};

  set(composite: PartialJSONObject): void {
    this.composite = composite;
    this.changed.emit();
  }
}

let settings: FakeSettings;
let preferences: Preferences;

beforeEach(() => {
  settings = new FakeSettings();
  preferences = new Preferences();
  preferences.follow(settings as unknown as ISettingRegistry.ISettings);
});

it('are what was set, and the defaults where nothing was', () => {
  settings.set({ pageSize: 200, notifications: 'none' });
  expect([preferences.pageSize, preferences.notifications]).toEqual([
    200,
    'none'
  ]);
  expect([preferences.pollSeconds, preferences.compact]).toEqual([60, false]);
  settings.set({});
  expect(preferences.pageSize).toBe(50);
});

it('tell of a change', () => {
  const told = jest.fn();
  preferences.changed.connect(told);
  settings.set({ compact: true });
  expect(told).toHaveBeenCalledTimes(1);
  expect(preferences.compact).toBe(true);
});

it('are by default what the settings editor says', () => {
  const path = join(__dirname, '..', '..', 'schema', 'run-history.json');
  const { properties } = JSON.parse(readFileSync(path, 'utf8')) as {
    properties: Record<string, { default: unknown }>;
  };
  const defaults = new Preferences();
  for (const [name, { default: value }] of Object.entries(properties)) {
    expect([name, defaults[name as keyof Preferences]]).toEqual([name, value]);
  }
  expect(Object.keys(properties).length).toBeGreaterThan(3);
  expect(new Set(defaults.columns)).toEqual(new Set(COLUMNS));
});
