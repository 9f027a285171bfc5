/** The commands of this extension. */
export namespace CommandIDs {
  export const openRunHistory = 'omnidomain:open-run-history';
  export const submitSheet = 'omnidomain:submit-sheet';
  export const openQuickstart = 'omnidomain:open-quickstart';
  export const openExample = 'omnidomain:open-example';
}

export const CATEGORY = 'OmniDomain';

/** The domain of the translations. */
export const DOMAIN = 'omnidomain_jupyter';
