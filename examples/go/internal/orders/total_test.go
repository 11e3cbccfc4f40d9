package orders

import (
	"math"
	"slices"
	"testing"

	orderv1 "example.com/protos/gen/go/order/v1"
)

func lines(quantitiesAndPrices ...float64) []*orderv1.LineItem {
	var items []*orderv1.LineItem
	for pair := range slices.Chunk(quantitiesAndPrices, 2) {
		items = append(items, &orderv1.LineItem{Quantity: int32(pair[0]), UnitPrice: pair[1]})
	}
	return items
}

func TestTotal(t *testing.T) {
	const half = 1 << 29 // 2^52 / 2^23
	for _, test := range []struct {
		want  float64
		items []*orderv1.LineItem
	}{
		{0, nil},
		{0.3, lines(3, 0.1)},
		{0.3, lines(1, 0.1, 1, 0.2)},
		{59.98, lines(2, 29.99)},
		{1, lines(1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1, 1, 0.1)},
		{1e9, lines(1, 1e9, 1, 5e-324)},
		{5e-324, lines(1, 5e-324)},
		{5e-318, lines(1_000_000, 5e-324)},
		// 2^53 + 1 lies between two doubles. Rounding after each step would lose both items that cost 1.
		{1<<53 + 2, lines(1<<23, half, 1<<23, half, 1, 1, 1, 1)},
	} {
		if got := totalOf(test.items); got != test.want {
			t.Errorf("the total of %v is %v, want %v", test.items, got, test.want)
		}
	}
}

func TestTotalIsNeverNegativeZero(t *testing.T) {
	if got := totalOf(lines(1, math.Copysign(0, -1))); math.Signbit(got) {
		t.Errorf("the total is %v", got)
	}
}
