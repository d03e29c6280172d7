"""What a trained network does: evaluation, gradients, states, automata, factors, and how two results compare."""
