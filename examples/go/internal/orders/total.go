package orders

import (
	"math/big"
	"strconv"
	"strings"

	orderv1 "example.com/protos/gen/go/order/v1"
)

// total sums quantity times unit price without rounding: the sum is units times 10^-decimals. A price counts as its
// shortest decimal form, so that three times 0.1 is 0.3.
type total struct {
	units    big.Int
	decimals int
}

func (t *total) add(item *orderv1.LineItem) {
	price := strconv.FormatFloat(item.GetUnitPrice(), 'f', -1, 64)
	whole, fraction, _ := strings.Cut(price, ".")
	if more := len(fraction) - t.decimals; more > 0 {
		t.units.Mul(&t.units, powerOfTen(more))
		t.decimals += more
	}
	units, _ := new(big.Int).SetString(whole+fraction, 10)
	units.Mul(units, big.NewInt(int64(item.GetQuantity())))
	units.Mul(units, powerOfTen(t.decimals-len(fraction)))
	t.units.Add(&t.units, units)
}

// value rounds once, to the nearest double.
func (t *total) value() float64 {
	// A sum of prices in range is in range: this cannot fail.
	value, _ := strconv.ParseFloat(t.units.String()+"e-"+strconv.Itoa(t.decimals), 64)
	return value
}

func powerOfTen(exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

func totalOf(items []*orderv1.LineItem) float64 {
	var sum total
	for _, item := range items {
		sum.add(item)
	}
	return sum.value()
}
