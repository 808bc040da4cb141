declare module 'virtual:world-outlines' {
  /** Address of a GeoJSON file: features that are `land` or `border` by their property `is`. */
  const url: string;
  export default url;
}
