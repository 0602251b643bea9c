// search.ts - what the address says about the accounts: whether one is being added.
import {flag} from '../../router.tsx';

export const SEARCH = {add: flag};
