import { LabIcon } from '@jupyterlab/ui-components';

import omnidomainSvg from '../style/icons/omnidomain.svg';

/** Two strands: the icon of everything that is OmniDomain's. */
export const omnidomainIcon = new LabIcon({
  name: 'omnidomain-jupyter:omnidomain',
  svgstr: omnidomainSvg
});
