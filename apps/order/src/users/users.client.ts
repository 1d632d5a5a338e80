/** What this service needs to know of a user. */
export interface Customer {
  readonly id: number;
  readonly name: string;
}

/** The user service, however it is reached. */
export abstract class UsersClient {
  /**
   * Returns `undefined` for a user that does not exist.
   * @throws GatewayTimeoutException when the user service does not answer in time, BadGatewayException when it fails or
   * cannot be reached.
   */
  abstract find(id: number): Promise<Customer | undefined>;
}
