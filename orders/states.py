"""The life cycle of an order. `permission` "" is a move of the customer whose order it is."""

from kernel.states import LifeCycle, Move, State

ORDER = LifeCycle(
    "order",
    initial="placed",
    states=[
        State("placed", "The order has been received; the seller has not yet confirmed it."),
        State("confirmed", "The seller has confirmed the order and prepares it."),
        State("shipped", "The goods are on their way."),
        State("delivered", "The goods have arrived."),
        State("closed", "Delivered, paid and finished.", final=True),
        State("cancelled", "The order was called off; stock taken for it is free again.", final=True),
    ],
    moves=[
        Move("confirm", "placed", "confirmed", permission="order.manage", event="OrderConfirmed"),
        Move("withdraw", "placed", "cancelled", permission="", event="OrderCancelled"),
        Move("cancel", "placed", "cancelled", permission="order.manage", event="OrderCancelled"),
        Move("ship", "confirmed", "shipped", permission="order.manage", event="OrderShipped"),
        Move("cancel", "confirmed", "cancelled", permission="order.manage", event="OrderCancelled"),
        Move("deliver", "shipped", "delivered", permission="order.manage", event="OrderDelivered"),
        Move("close", "delivered", "closed", permission="order.manage", event="OrderClosed"),
    ],
)
