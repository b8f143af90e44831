/** The version of Hourmill, as it stands in manifests. */
export const HOURMILL_VERSION = '0.1.0';
