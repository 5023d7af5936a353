"""What the tables have a row for: the loss, the arguments with a gradient, and what draws the arguments."""

from . import classes, elements, vectors

BOTH = ("input", "target")
ALONE = ("input",)
PAIR = ("input1", "input2")

ROWS_OF_TABLE = {
    "`L1Loss`": ("l1_loss", BOTH, elements.regression()),
    "`L1Loss`, weights": ("l1_loss", BOTH, elements.weighted_regression()),
    "`MSELoss`": ("mse_loss", BOTH, elements.regression()),
    "`MSELoss`, weights": ("mse_loss", BOTH, elements.weighted_regression()),
    "`SmoothL1Loss`": ("smooth_l1_loss", BOTH, elements.regression(beta=0.5)),
    "`HuberLoss`": ("huber_loss", BOTH, elements.regression(delta=0.5)),
    "`PoissonNLLLoss`": ("poisson_nll_loss", BOTH, lambda draw: elements.poisson(draw, True, False)),
    "`PoissonNLLLoss`, `full`": ("poisson_nll_loss", BOTH, lambda draw: elements.poisson(draw, True, True)),
    "`PoissonNLLLoss`, rates": ("poisson_nll_loss", BOTH, lambda draw: elements.poisson(draw, False, False)),
    "`GaussianNLLLoss`": ("gaussian_nll_loss", (*BOTH, "var"), lambda draw: elements.gaussian(draw, False)),
    "`GaussianNLLLoss`, `full`": ("gaussian_nll_loss", (*BOTH, "var"), lambda draw: elements.gaussian(draw, True)),
    "`KLDivLoss`": ("kl_div", BOTH, lambda draw: elements.divergence(draw, False)),
    "`KLDivLoss`, `logTarget`": ("kl_div", BOTH, lambda draw: elements.divergence(draw, True)),
    "`BCELoss`": ("binary_cross_entropy", BOTH, elements.binary),
    "`BCELoss`, weights": ("binary_cross_entropy", BOTH, elements.weighted_binary),
    "`BCEWithLogitsLoss`": ("binary_cross_entropy_with_logits", BOTH, elements.logits()),
    "`BCEWithLogitsLoss`, weights": ("binary_cross_entropy_with_logits", BOTH, elements.logits("weight", "pos_weight")),
    "`SoftMarginLoss`": ("soft_margin_loss", ALONE, elements.answers),
    "`MultiLabelSoftMarginLoss`": ("multilabel_soft_margin_loss", BOTH, lambda draw: elements.many_labels(draw, False)),
    "`MultiLabelSoftMarginLoss`, weights": (
        "multilabel_soft_margin_loss", BOTH, lambda draw: elements.many_labels(draw, True)),
    "`NLLLoss`": ("nll_loss", ALONE, lambda draw: classes.log_probabilities(draw, False)),
    "`NLLLoss`, weights": ("nll_loss", ALONE, lambda draw: classes.log_probabilities(draw, True)),
    "`CrossEntropyLoss`, labels": ("cross_entropy", ALONE, classes.labelled()),
    "`CrossEntropyLoss`, labels, weights": ("cross_entropy", ALONE, classes.labelled(is_weighted=True)),
    "`CrossEntropyLoss`, labels, smoothing": ("cross_entropy", ALONE, classes.labelled(0.1)),
    "`CrossEntropyLoss`, labels, both": ("cross_entropy", ALONE, classes.labelled(0.1, is_weighted=True)),
    "`CrossEntropyLoss`, probabilities": ("cross_entropy", BOTH, classes.probable()),
    "`CrossEntropyLoss`, probabilities, both": ("cross_entropy", BOTH, classes.probable(0.1, is_weighted=True)),
    "`MultiMarginLoss`": ("multi_margin_loss", ALONE, classes.multi_margin(1)),
    "`MultiMarginLoss`, p = 2, weights": ("multi_margin_loss", ALONE, classes.multi_margin(2, is_weighted=True)),
    "`MultiLabelMarginLoss`": ("multilabel_margin_loss", ALONE, classes.multilabel_margin),
    "`MarginRankingLoss`": ("margin_ranking_loss", PAIR, elements.ranking),
    "`HingeEmbeddingLoss`": ("hinge_embedding_loss", ALONE, elements.hinges),
    "`CosineEmbeddingLoss`": ("cosine_embedding_loss", PAIR, vectors.angles),
    "`TripletMarginLoss`": ("triplet_margin_loss", vectors.TRIPLET, vectors.triplets()),
    "`TripletMarginLoss`, `swap`": ("triplet_margin_loss", vectors.TRIPLET, vectors.triplets(swap=True)),
    "`TripletMarginLoss`, p = 1": ("triplet_margin_loss", vectors.TRIPLET, vectors.triplets(p=1.0)),
    "`TripletMarginLoss`, p = 3": ("triplet_margin_loss", vectors.TRIPLET, vectors.triplets(p=3.0)),
    "`TripletMarginWithDistanceLoss`, cosine": (
        "triplet_margin_with_distance_loss", vectors.TRIPLET, vectors.cosine_triplets),
    "`CTCLoss`": ("ctc_loss", ("log_probs",), vectors.sequences),
    "`Softmax`": ("softmax", ALONE, classes.along_an_axis(-1)),
    "`Softmax`, first axis": ("softmax", ALONE, classes.along_an_axis(0)),
    "`LogSoftmax`": ("log_softmax", ALONE, classes.along_an_axis(-1)),
    "`LogSoftmax`, first axis": ("log_softmax", ALONE, classes.along_an_axis(0)),
    "`LogSumExp`": ("logsumexp", ALONE, classes.along_an_axis(-1)),
    "`Sigmoid`": ("sigmoid", ALONE, elements.activation),
    "`LogSigmoid`": ("logsigmoid", ALONE, elements.activation),
}

# The kinds of input for which the exact result is a small difference of larger numbers: most of its digits lie beyond
# those that the numbers have in the precision that is measured.
CERTAIN = ("certain", "certain, offset")
CANCELLING = {
    "`PoissonNLLLoss`": ("cancelling",),
    "`PoissonNLLLoss`, rates": ("near one",),
    "`GaussianNLLLoss`": ("likely",),
    "`GaussianNLLLoss`, `full`": ("likely",),
    "`KLDivLoss`": ("near", "ties"),
    "`CrossEntropyLoss`, labels": CERTAIN,
    "`CrossEntropyLoss`, labels, weights": CERTAIN,
    "`CrossEntropyLoss`, probabilities": (*CERTAIN, "solved"),
    "`CrossEntropyLoss`, probabilities, both": ("solved",),
    "`CosineEmbeddingLoss`": ("offset", "near", "parallel"),
    "`TripletMarginLoss`": ("anchor far away",),
    "`TripletMarginLoss`, `swap`": ("anchor far away",),
    "`TripletMarginLoss`, p = 1": ("anchor far away",),
    "`TripletMarginLoss`, p = 3": ("anchor far away",),
    "`TripletMarginWithDistanceLoss`, cosine": ("offset", "near"),
    "`Softmax`": (*CERTAIN, "wrong", "large"),
    "`Softmax`, first axis": (*CERTAIN, "wrong", "large"),
}
