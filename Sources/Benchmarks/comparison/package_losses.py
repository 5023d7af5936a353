"""The losses that PyTorch lacks, from the packages that its users take, by their names in the benchmark."""

from functools import partial

LOSSES = {}

try:
    from torchvision import ops

    LOSSES |= {
        "sigmoid_focal": partial(ops.sigmoid_focal_loss, reduction="mean"),
        "giou": partial(ops.generalized_box_iou_loss, reduction="mean"),
        "ciou": partial(ops.complete_box_iou_loss, reduction="mean"),
    }
except ImportError:
    pass

try:
    from kornia import losses

    LOSSES |= {
        "dice": partial(losses.dice_loss, average="macro"),
        # With both weights 1, the Tversky index is that of Jaccard.
        "jaccard": partial(losses.tversky_loss, alpha=1, beta=1),
        "lovasz_softmax": losses.lovasz_softmax_loss,
    }
except ImportError:
    pass

try:
    from info_nce import info_nce

    LOSSES["info_nce"] = info_nce
except ImportError:
    pass

try:
    from pytorch_metric_learning.losses import NTXentLoss, SelfSupervisedLoss, SupConLoss

    LOSSES |= {"nt_xent": SelfSupervisedLoss(NTXentLoss(temperature=0.5)), "sup_con": SupConLoss(temperature=0.1)}
except ImportError:
    pass

try:
    from torchaudio.functional import rnnt_loss

    def rnnt(logits, targets, logit_lengths, target_lengths):
        return rnnt_loss(logits, targets, logit_lengths, target_lengths, blank=0)

    def rnnt_joined(encoder, predictor, *targets):
        return rnnt(encoder[:, :, None] + predictor[:, None], *targets)

    LOSSES |= {"rnnt": rnnt, "rnnt_joined": rnnt_joined}
except (ImportError, OSError):
    pass
