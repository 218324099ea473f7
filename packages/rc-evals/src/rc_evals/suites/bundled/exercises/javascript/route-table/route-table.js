export class RouteTable {
  add(pattern, handler) {
    throw new Error('add is not written yet');
  }

  match(path) {
    throw new Error('match is not written yet');
  }
}
