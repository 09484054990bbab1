import { stopSharedCluster } from './global-setup.ts';

/** jest's globalTeardown, the other end of `global-setup.ts`. */
export default stopSharedCluster;
