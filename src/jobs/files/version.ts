declare const __VERSION__: string;

/** The version of the package, put in by the build; every result names it. */
export const softwareVersion: string = __VERSION__;
