package orders

import (
	"fmt"

	"example.com/protos/examples/go/internal/fields"
	orderv1 "example.com/protos/gen/go/order/v1"
)

// upload collects the items of one upload, one at a time, and keeps no more than the maximum of an order.
type upload struct {
	check    fields.Check
	orderID  string
	items    []*orderv1.LineItem
	count    int
	quantity int64
	total    total
}

func newUpload(idempotencyKey string) *upload {
	u := &upload{}
	u.check.OptionalUUID("idempotency-key", idempotencyKey)
	return u
}

// add fails only when there are too many items; finish reports every other fault.
func (u *upload) add(item *orderv1.LineItem) error {
	if u.count == maxUploadItems {
		u.check.That(false, "items", fmt.Sprintf("must be at most %d", maxUploadItems))
		return u.check.Err()
	}
	if u.count == 0 {
		u.orderID = item.GetOrderId()
	}
	checkItem(&u.check, u.count, item)
	u.checkOrderID(item.GetOrderId())
	u.count++
	if u.check.Err() != nil {
		return nil
	}
	u.total.add(item)
	u.quantity += int64(item.GetQuantity())
	if u.orderID != "" && len(u.items) < maxOrderItems {
		u.items = append(u.items, stored(item))
	}
	return nil
}

func (u *upload) checkOrderID(orderID string) {
	field := path(u.count, "order_id")
	if u.count > 0 {
		u.check.That(orderID == "" || orderID == u.orderID, field, "must be empty or that of the first item")
	} else if orderID != "" {
		u.check.Text(field, orderID, 1, maxIDLength)
	}
}

func (u *upload) finish() (*orderv1.UploadSummary, error) {
	if err := u.check.Err(); err != nil {
		return nil, err
	}
	return &orderv1.UploadSummary{
		OrderId:       u.orderID,
		ItemCount:     int32(u.count),
		TotalQuantity: u.quantity,
		Total:         u.total.value(),
	}, nil
}
