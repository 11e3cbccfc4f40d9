/** What the client prints about orders, with words in place of ids and times. */
export const ordersOutput = `created: ORDER of TIME with 2 items, total 30.25, ORDER_STATUS_PENDING
listed: ORDER of TIME with 2 items, total 30.25, ORDER_STATUS_PENDING
uploaded: 1000 items, 500500 pieces, total 50050
heard: 1. Aoife: When does my order leave?
`;
