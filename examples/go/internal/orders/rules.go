package orders

import (
	"fmt"

	"example.com/protos/examples/go/internal/fields"
	orderv1 "example.com/protos/gen/go/order/v1"
)

const (
	maxIDLength    = 128
	maxQuantity    = 1_000_000
	maxUnitPrice   = 1e9
	maxOrderItems  = 1_000
	maxUploadItems = 100_000
)

func checkID(field, id string) error {
	var check fields.Check
	check.Text(field, id, 1, maxIDLength)
	return check.Err()
}

// checkNew does not check the items of an order that has too many.
func checkNew(customerID string, items []*orderv1.LineItem, requestID string) error {
	var check fields.Check
	check.Text("customer_id", customerID, 1, maxIDLength)
	if len(items) > maxOrderItems {
		check.That(false, "items", fmt.Sprintf("must be at most %d", maxOrderItems))
	} else {
		for i, item := range items {
			checkItem(&check, i, item)
			check.That(item.GetOrderId() == "", path(i, "order_id"), "must be empty")
		}
	}
	check.OptionalUUID("request_id", requestID)
	return check.Err()
}

func checkStatus(id string, status orderv1.OrderStatus) error {
	var check fields.Check
	check.Text("id", id, 1, maxIDLength)
	_, isKnown := orderv1.OrderStatus_name[int32(status)]
	isUnspecified := status == orderv1.OrderStatus_ORDER_STATUS_UNSPECIFIED
	check.That(isKnown && !isUnspecified, "status",
		"must be one of ORDER_STATUS_PENDING, ORDER_STATUS_CONFIRMED, ORDER_STATUS_SHIPPED")
	return check.Err()
}

// checkItem checks the item with the given place, counted from 0, in an order or an upload.
func checkItem(check *fields.Check, index int, item *orderv1.LineItem) {
	check.Text(path(index, "product_id"), item.GetProductId(), 1, maxIDLength)
	quantity, price := item.GetQuantity(), item.GetUnitPrice()
	check.That(
		1 <= quantity && quantity <= maxQuantity, path(index, "quantity"),
		fmt.Sprintf("must be 1 to %d", maxQuantity),
	)
	// NaN fails every comparison.
	check.That(
		0 <= price && price <= maxUnitPrice, path(index, "unit_price"),
		"must be a finite number from 0 to 1000000000",
	)
}

func path(index int, field string) string { return fmt.Sprintf("items[%d].%s", index, field) }

// stored returns the part of an item that the store keeps: no order id, no unknown fields, and no negative zero.
func stored(item *orderv1.LineItem) *orderv1.LineItem {
	price := item.GetUnitPrice()
	if price == 0 {
		price = 0 // -0 equals 0
	}
	return &orderv1.LineItem{ProductId: item.GetProductId(), Quantity: item.GetQuantity(), UnitPrice: price}
}
