/** The output of the tours of OrderService, with words in place of what differs between runs. */
export const ordersOutput = `Orders:
  CreateOrder: ORDER with 2 items, total 30.25, PENDING
  CreateOrder with the same request_id: the same order
  GetOrder: ORDER with 2 items, total 30.25, PENDING
  ListOrders: ORDER with 2 items, total 30.25, PENDING
  ListOrders: ORDER with 0 items, total 0, PENDING
  UploadLineItems: 1000 items, 500500 pieces, total 50050
  UploadLineItems to the order: ORDER with 12 items, total 35.75, PENDING
  UpdateOrderStatus: ORDER with 12 items, total 35.75, CONFIRMED
Chat:
  Aoife hears 1. Aoife at TIME: When does my order leave?
  Cillian hears 1. Aoife at TIME: When does my order leave?
  Aoife hears 2. Cillian at TIME: This afternoon.
  Cillian hears 2. Cillian at TIME: This afternoon.
  Cillian leaves
  Aoife hears 3. Aoife at TIME: And when does it arrive?
  Cillian is back after 2 and hears 3. Aoife at TIME: And when does it arrive?
`;

export const orderErrorsOutput = `Errors of orders:
  UpdateOrderStatus from PENDING to SHIPPED
    FAILED_PRECONDITION: the order is PENDING, and cannot become SHIPPED
    - ORDER_STATUS of ORDER: the order is PENDING, and cannot become SHIPPED
    What to do: the request is valid, but the state does not allow it: change the state first, then repeat the request.
  CreateOrder for another customer with the request_id of the first order
    ALREADY_EXISTS: the id UUID belongs to another request: give each request its own id
    - REQUEST_ID_REUSED of order.example.com: request_id = UUID
    What to do: give this request a new id: its present one belongs to another request, which has succeeded.
  OrderChat for 200 ms without a message
    DEADLINE_EXCEEDED: WORDS
    What to do: the server may have done the work anyway: repeat the request with the same request_id and a longer timeout.
  OrderChat that its AbortSignal cancels
    CANCELLED: WORDS
    What to do: this client cancelled the call, so nothing is wrong: the server keeps what it has done before that.
`;
