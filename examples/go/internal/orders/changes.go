package orders

import (
	"fmt"
	"slices"
	"strings"

	"example.com/protos/examples/go/internal/faults"
	orderv1 "example.com/protos/gen/go/order/v1"
)

// with returns a changed copy of an order: the store never changes an order in place.
func with(order *orderv1.Order, items []*orderv1.LineItem, total float64, status orderv1.OrderStatus) *orderv1.Order {
	return &orderv1.Order{
		Id:         order.GetId(),
		CustomerId: order.GetCustomerId(),
		Items:      items,
		Total:      total,
		Status:     status,
		CreateTime: order.GetCreateTime(),
	}
}

// withStatus moves the order one status further, or fails.
func withStatus(order *orderv1.Order, status orderv1.OrderStatus) (*orderv1.Order, error) {
	if step := status - order.GetStatus(); step != 0 && step != 1 {
		text := fmt.Sprintf("the order is %s, and cannot become %s", nameOf(order.GetStatus()), nameOf(status))
		return nil, &faults.Precondition{Text: text, Type: "ORDER_STATUS", Subject: order.GetId()}
	}
	return with(order, order.GetItems(), order.GetTotal(), status), nil
}

// withItems adds the items of more to an order. Count is the number of items to add. It is larger than len(more) if
// more omits the items beyond the maximum of an order.
func withItems(order *orderv1.Order, more []*orderv1.LineItem, count int) (*orderv1.Order, error) {
	if order.GetStatus() != orderv1.OrderStatus_ORDER_STATUS_PENDING {
		text := fmt.Sprintf("the order is %s, and does not accept more items", nameOf(order.GetStatus()))
		return nil, &faults.Precondition{Text: text, Type: "ORDER_STATUS", Subject: order.GetId()}
	}
	if len(order.GetItems())+count > maxOrderItems {
		text := fmt.Sprintf(
			"the order has %d items, and may not get more than %d", len(order.GetItems()), maxOrderItems,
		)
		return nil, &faults.Precondition{Text: text, Type: "ORDER_SIZE", Subject: order.GetId()}
	}
	items := slices.Concat(order.GetItems(), more)
	return with(order, items, totalOf(items), order.GetStatus()), nil
}

func nameOf(status orderv1.OrderStatus) string {
	return strings.TrimPrefix(status.String(), "ORDER_STATUS_")
}
