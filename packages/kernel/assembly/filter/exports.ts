// What the host calls of this folder.
export { applyFilter, setFilter } from './apply-filter';
